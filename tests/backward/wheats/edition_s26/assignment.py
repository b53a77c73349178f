from beras.activations import ReLU, Softmax
from beras.layers import Linear
from beras.losses import CategoricalCrossEntropy
from beras.metrics import CategoricalAccuracy
from beras.model import Sequential
from beras.onehot import OneHotEncoder
from beras.optimizers import Adam
from preprocess import load_and_preprocess_data
from visualize import visualize_predictions


def get_model() -> Sequential:
    return Sequential(
        Linear(784, 128, initializer="kaiming", name="first"),
        ReLU(name="relu"),
        Linear(128, 10, initializer="xavier", name="second"),
        Softmax(name="softmax"),
    )


def get_optimizer(model) -> Adam:
    return Adam(model.parameters, learning_rate=0.001)


def get_loss_fn() -> CategoricalCrossEntropy:
    return CategoricalCrossEntropy()


def get_acc_fn() -> CategoricalAccuracy:
    return CategoricalAccuracy()


if __name__ == "__main__":
    model = get_model()
    model.compile(get_optimizer(model), get_loss_fn(), get_acc_fn())
    train_x, train_y, test_x, test_y = load_and_preprocess_data()
    encoder = OneHotEncoder()
    encoder.fit(train_y)
    model.fit(train_x, encoder(train_y), epochs=5, batch_size=64)
    print(model.evaluate(test_x, encoder(test_y), batch_size=64)[0])
    visualize_predictions(model, test_x, encoder(test_y))
