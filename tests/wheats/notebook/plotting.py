import matplotlib
import matplotlib.pyplot as plt
import seaborn as sns

matplotlib.use("Agg")
plt.rcParams["figure.figsize"] = (10, 4)
sns.set_theme(style="whitegrid")


def plot_history(history, path="history.png"):
    fig, axes = plt.subplots(1, 2, figsize=(10, 4))
    for ax, name in zip(axes, history):
        (line,) = ax.plot(history[name], label=name)
        line.set_linewidth(2)
        ax.set_title(name)
        ax.legend()
    fig.tight_layout()
    fig.savefig(path)
    plt.close(fig)


def plot_weights(w):
    fig, ax = plt.subplots()
    image = ax.imshow(w, cmap="gray")
    fig.colorbar(image, ax=ax)
    plt.show()
