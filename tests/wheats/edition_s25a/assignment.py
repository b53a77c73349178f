from beras.activations import LeakyReLU, Softmax
from beras.layers import Dense
from beras.losses import CategoricalCrossEntropy
from beras.metrics import CategoricalAccuracy
from beras.model import SequentialModel
from beras.optimizers import Adam


def get_model():
    model = SequentialModel(
        [Dense(784, 32, "xavier"), LeakyReLU(0.1), Dense(32, 10, "xavier"), Softmax()]
    )
    return model


def get_optimizer():
    return Adam(learning_rate=0.005)


def get_loss_fn():
    return CategoricalCrossEntropy()


def get_acc_fn():
    return CategoricalAccuracy()


if __name__ == "__main__":
    from beras.onehot import OneHotEncoder
    from preprocess import load_and_preprocess_data

    train_x, train_y, test_x, test_y = load_and_preprocess_data()
    ohe = OneHotEncoder()
    ohe.fit(train_y)
    model = get_model()
    model.compile(get_optimizer(), get_loss_fn(), get_acc_fn())
    model.fit(train_x, ohe(train_y), epochs=5, batch_size=200)
    print(model.evaluate(test_x, ohe(test_y), batch_size=200)[0])
