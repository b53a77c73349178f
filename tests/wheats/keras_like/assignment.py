import numpy as np

import beras


def get_model():
    return beras.SequentialModel(
        [
            beras.Dense(784, 128, initializer="kaiming"),
            beras.LeakyReLU(0.01),
            beras.Dense(128, 10, initializer="xavier"),
            beras.Softmax(),
        ]
    )


def get_optimizer():
    return beras.Adam(learning_rate=0.001)


def get_loss_fn():
    return beras.CategoricalCrossEntropy()


def get_acc_fn():
    return beras.CategoricalAccuracy()


if __name__ == "__main__":
    from preprocess import load_and_preprocess_data

    train_x, train_y, test_x, test_y = load_and_preprocess_data()
    ohe = beras.OneHotEncoder()
    ohe.fit(train_y)
    model = get_model()
    model.compile(get_optimizer(), get_loss_fn(), get_acc_fn())
    model.fit(train_x, ohe(train_y), epochs=10, batch_size=100)
    print(model.evaluate(test_x, ohe(test_y), batch_size=100)[0])
