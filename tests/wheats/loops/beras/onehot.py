from .core import Callable


class OneHotEncoder(Callable):
    def __init__(self):
        self.table = None

    def fit(self, labels):
        classes = sorted(set(int(l) for l in labels))
        self.table = {}
        for k, c in enumerate(classes):
            row = [0] * len(classes)
            row[k] = 1
            self.table[c] = row

    def forward(self, labels):
        if self.table is None:
            self.fit(labels)
        return [self.table[int(l)] for l in labels]

    def inverse(self, one_hot):
        back = {tuple(row): c for c, row in self.table.items()}
        return [back[tuple(int(v) for v in row)] for row in one_hot]
