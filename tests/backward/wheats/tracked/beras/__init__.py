from beras import activations, core, layers, losses, metrics, model, onehot, optimizers

for _module in (core, layers, activations, losses, metrics, optimizers, model, onehot):
    globals().update({k: v for k, v in vars(_module).items() if isinstance(v, type)})
