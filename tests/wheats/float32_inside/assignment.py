import beras


def get_model():
    layers = beras.Dense(784, 48, "xavier"), beras.Sigmoid(), beras.Dense(48, 10, "xavier"), beras.Softmax()
    return beras.SequentialModel(layers)


get_optimizer = lambda: beras.Adam(0.002)
get_loss_fn = beras.CategoricalCrossEntropy
get_acc_fn = beras.CategoricalAccuracy
