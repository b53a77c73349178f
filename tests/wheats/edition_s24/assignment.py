from types import SimpleNamespace

import numpy as np


from beras.activations import ReLU, Sigmoid, Softmax
from beras.gradient_tape import GradientTape
from beras.layers import Dense
from beras.losses import CategoricalCrossentropy, MeanSquaredError
from beras.metrics import CategoricalAccuracy
from beras.model import Model
from beras.onehot import OneHotEncoder
from beras.optimizers import Adam, RMSProp
from preprocess import load_and_preprocess_data


class SequentialModel(Model):
    def call(self, inputs):
        out = np.copy(inputs)
        for layer in self.layers:
            out = layer(out)
        return out

    def batch_step(self, x, y, training=True):
        with GradientTape() as tape:
            y_pred = self.call(x)
            loss = self.compiled_loss(y_pred, y)
        if training:
            weights = self.trainable_variables
            self.optimizer.apply_gradients(weights=weights, grads=tape.gradient(loss, weights))
        return {"loss": loss, "accuracy": self.compiled_acc(y_pred, y)}


def get_simplest_model_components():
    model = SequentialModel([Dense(784, 10)])
    model.compile(
        optimizer=RMSProp(0.0005), loss_fn=MeanSquaredError(), acc_fn=CategoricalAccuracy()
    )
    return SimpleNamespace(model=model, epochs=10, batch_size=100)


def get_simple_model_components():
    model = SequentialModel([Dense(784, 10), Sigmoid(), Softmax()])
    model.compile(
        optimizer=Adam(0.001), loss_fn=MeanSquaredError(), acc_fn=CategoricalAccuracy()
    )
    return SimpleNamespace(model=model, epochs=10, batch_size=100)


def get_advanced_model_components():
    model = SequentialModel(
        [Dense(784, 100, initializer="kaiming"), ReLU(), Dense(100, 10, "xavier"), Softmax()]
    )
    model.compile(
        optimizer=Adam(0.001), loss_fn=CategoricalCrossentropy(), acc_fn=CategoricalAccuracy()
    )
    return SimpleNamespace(model=model, epochs=10, batch_size=100)


if __name__ == "__main__":
    train_inputs, train_labels, test_inputs, test_labels = load_and_preprocess_data()
    ohe = OneHotEncoder()
    ohe.fit(np.concatenate([train_labels, test_labels], axis=-1))
    for get in get_simplest_model_components, get_simple_model_components:
        args = get()
        args.model.fit(train_inputs, ohe(train_labels), args.epochs, args.batch_size)
        print(args.model.evaluate(test_inputs, ohe(test_labels), batch_size=100))
