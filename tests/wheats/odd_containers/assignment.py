import beras as b

get_model = lambda: b.SequentialModel((b.Dense(784, 20, "xavier"), b.LeakyReLU(), b.Dense(20, 10, "xavier"), b.Softmax()))
get_optimizer = lambda: b.Adam(0.001)
get_loss_fn = lambda: b.CategoricalCrossEntropy()
get_acc_fn = lambda: b.CategoricalAccuracy()
