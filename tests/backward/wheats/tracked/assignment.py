import beras


def get_model():
    return beras.Sequential(beras.Linear(784, 30, "xavier"), beras.Sigmoid(), beras.Linear(30, 10, "xavier"), beras.Softmax())


def get_optimizer(model):
    return beras.Adam(model.parameters, learning_rate=0.005)


def get_loss_fn():
    return beras.MeanSquaredError()


def get_acc_fn():
    return beras.CategoricalAccuracy()
