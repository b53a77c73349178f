import matplotlib.pyplot as plt
import numpy as np


def visualize_predictions(model, images, labels, rows=3):
    figure, axes = plt.subplots(rows, 5)
    for axis, image, probabilities in zip(np.ravel(axes), images, model(images)):
        axis.imshow(np.reshape(image, (28, 28)))
        axis.set_title(int(np.argmax(probabilities)))
    plt.show()
