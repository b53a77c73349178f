from beras.activations import LeakyReLU, Sigmoid, Softmax
from beras.layers import Dense
from beras.losses import CategoricalCrossEntropy
from beras.metrics import CategoricalAccuracy
from beras.model import SequentialModel
from beras.onehot import OneHotEncoder
from beras.optimizers import Adam
from preprocess import load_and_preprocess_data
from visualize import visualize_predictions


def get_model() -> SequentialModel:
    return SequentialModel(
        [
            Dense(784, 256, initializer="kaiming uniform"),
            LeakyReLU(0.01),
            Dense(256, 32, initializer="kaiming uniform"),
            Sigmoid(),
            Dense(32, 10, initializer="xavier uniform"),
            Softmax(),
        ]
    )


def get_optimizer() -> Adam:
    return Adam(learning_rate=0.001)


def get_loss_fn() -> CategoricalCrossEntropy:
    return CategoricalCrossEntropy()


def get_acc_fn() -> CategoricalAccuracy:
    return CategoricalAccuracy()


if __name__ == "__main__":
    model = get_model()
    model.compile(get_optimizer(), get_loss_fn(), get_acc_fn())
    train_x, train_y, test_x, test_y = load_and_preprocess_data()
    encoder = OneHotEncoder()
    encoder.fit(train_y)
    model.fit(train_x, encoder(train_y), epochs=8, batch_size=128)
    metrics, predictions = model.evaluate(test_x, encoder(test_y), batch_size=512)
    print(metrics)
    visualize_predictions(model, test_x, encoder(test_y))
