from .core import Diffable, np


class Loss(Diffable):
    def __call__(self, y_pred, y_true):
        loss = super().__call__(y_pred, y_true)
        print(type(self).__name__, float(loss))
        return loss


class MeanSquaredError(Loss):
    def forward(self, y_pred, y_true):
        return np.linalg.norm(y_pred - y_true) ** 2 / y_pred.size

    def get_input_gradients(self):
        y_pred, y_true = self.inputs
        return [2 / y_pred.shape[0] / y_pred.shape[1] * (y_pred - y_true)]


class CategoricalCrossEntropy(Loss):
    def __init__(self, epsilon=1e-12):
        self.epsilon = epsilon

    def forward(self, y_pred, y_true):
        y_pred = np.minimum(1 - self.epsilon, np.maximum(self.epsilon, y_pred))
        return -np.log(y_pred ** y_true).sum() / y_pred.shape[0]

    def get_input_gradients(self):
        y_pred, y_true = self.inputs
        y_pred = np.minimum(1 - self.epsilon, np.maximum(self.epsilon, y_pred))
        return [np.divide(y_true, y_pred) * (-1 / len(y_true))]
