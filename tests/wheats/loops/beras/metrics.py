from .core import Callable


class CategoricalAccuracy(Callable):
    def forward(self, probs, labels):
        right = 0
        for p, l in zip(probs, labels):
            p, l = list(p), list(l)
            if p.index(max(p)) == l.index(max(l)):
                right = right + 1
        return right / len(probs)
