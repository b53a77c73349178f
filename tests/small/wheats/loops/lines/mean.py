class Mean:
    def forward(self, points):
        return [sum(column) / len(points) for column in zip(*points, strict=True)]
