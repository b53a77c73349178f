import beras


def get_model():
    return beras.Sequential([beras.Linear(784, 10, "xavier"), beras.Softmax()])


def get_optimizer(model):
    return beras.BasicOptimizer(model.parameters, 0.5)


def get_loss_fn():
    return beras.CategoricalCrossEntropy()


def get_acc_fn():
    return beras.CategoricalAccuracy()


if __name__ == "__main__":
    from preprocess import load_and_preprocess_data

    x_train, y_train, x_test, y_test = load_and_preprocess_data()
    encoder = beras.OneHotEncoder()
    encoder.fit(y_train)
    model = get_model()
    model.compile(get_optimizer(model), get_loss_fn(), get_acc_fn())
    model.fit(x_train, encoder(y_train), 1, 50)
    print(model.evaluate(x_test, encoder(y_test), 50)[0])
