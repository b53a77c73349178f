import beras


def get_model():
    return beras.Sequential([beras.Linear(784, 32, "kaiming uniform"), beras.LeakyReLU(0.1), beras.Linear(32, 10), beras.Softmax()])


def get_optimizer(model):
    return beras.RMSProp(model.parameters, 0.001)


def get_loss_fn():
    return beras.CategoricalCrossEntropy()


def get_acc_fn():
    return beras.CategoricalAccuracy()
