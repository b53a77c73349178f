class Line:
    def __init__(self, slope, start):
        self.slope = slope
        self.start = start

    def forward(self, x):
        return [self.slope * value + self.start for value in x]

    def slopes(self, x):
        return [self.slope for _ in x]
