from beras import Adam, CategoricalAccuracy, CategoricalCrossEntropy, Dense, SequentialModel, Sigmoid, Softmax


class DigitModel(SequentialModel):
    def __init__(self):
        super().__init__([Dense(784, 30, "xavier uniform"), Sigmoid(), Dense(30, 10), Softmax()])


def get_model():
    return DigitModel()


def get_optimizer():
    return Adam(0.01, amsgrad=True)


def get_loss_fn():
    return CategoricalCrossEntropy()


def get_acc_fn():
    return CategoricalAccuracy()
