import beras


def get_model():
    return beras.Sequential(beras.Linear(784, 64, "kaiming"), beras.ReLU(), beras.Linear(64, 10, "xavier"), beras.Softmax())


def get_optimizer(model):
    return beras.Adam(model.parameters, 1e-3)


def get_loss_fn():
    return beras.CategoricalCrossEntropy()


def get_acc_fn():
    return beras.CategoricalAccuracy()
