"""What is worth what in Beras: the items of the roadmap, their points and what they build on."""

from __future__ import annotations

from autograder import rubric_table
from autograder.definition import Item, Rubric, total_of
from autograder.homework.contract import file_of

# A line is a stage or an item: its number, its name, its points for shape + for value, what it
# builds on directly, and the seconds for one check of it if they are not the usual ten. Points
# total 100. After a change here, write the documents: .venv/bin/python -m autograder template
# A course that wants other points for a term sets them in course.toml, and leaves this as it is.
TABLE = """
1    Core
1.1  Package                                             0 + 0
1.2  Tensor and Variable                                 0 + 0
1.3  Callable and Diffable                               0 + 0   1.2
1.4  Weighted.trainable_variables                        0 + 2   1.2
1.5  Weighted.trainable                                  0 + 1   1.4

2    Dense
2.1  Dense.forward                                       1 + 2   1.3
2.2  Dense initializers                                  1 + 2
2.3  Dense.get_input_gradients                           1 + 3   2.1
2.4  Dense.get_weight_gradients                          2 + 3   2.1
2.5  Dense.compose_input_gradients                       1 + 3   2.3
2.6  Dense.compose_weight_gradients                      1 + 4   2.4

3    Activations
3.1  LeakyReLU.forward                                   0 + 1   1.3
3.2  LeakyReLU.get_input_gradients                       1 + 1   3.1
3.3  LeakyReLU.compose_input_gradients                   1 + 1   3.2
3.4  ReLU.forward                                        0 + 1   3.1
3.5  ReLU.get_input_gradients                            0 + 1   3.4 3.2
3.6  ReLU.compose_input_gradients                        0 + 1   3.5 3.3
3.7  Sigmoid.forward                                     0 + 1   1.3
3.8  Sigmoid.get_input_gradients                         1 + 1   3.7
3.9  Sigmoid.compose_input_gradients                     1 + 1   3.8
3.10 Softmax.forward                                     0 + 2   1.3
3.11 Softmax at extreme inputs                           0 + 1   3.10
3.12 Softmax.get_input_gradients                         1 + 3   3.10
3.13 Softmax.compose_input_gradients                     1 + 3   3.12
3.14 Activations have no weight gradients                0 + 1   3.4 3.7 3.10

4    Losses
4.1  MeanSquaredError.forward                            0 + 1   1.3
4.2  MeanSquaredError.get_input_gradients                1 + 2   4.1
4.3  MeanSquaredError.compose_input_gradients            0 + 1   4.2
4.4  CategoricalCrossEntropy.forward                     0 + 1   1.3
4.5  CategoricalCrossEntropy at probability 0            0 + 1   4.4
4.6  CategoricalCrossEntropy.get_input_gradients         1 + 2   4.4
4.7  CategoricalCrossEntropy gradient at probability 0   0 + 1   4.5 4.6
4.8  CategoricalCrossEntropy.compose_input_gradients     0 + 1   4.6

5    Tape
5.1  GradientTape opens and closes                       0 + 2
5.2  GradientTape.gradient                               1 + 4   1.3 5.1
5.3  GradientTape, sources in any order                  0 + 2   5.2
5.4  GradientTape, a tensor used twice                   0 + 2   5.2
5.5  Your own stack: Dense, Softmax, cross-entropy       0 + 2   5.2 2.6 2.5 3.13 4.8
5.6  Your own stack: both losses through softmax         0 + 1   5.2 2.6 3.13 4.3
5.7  Your own stack: two Dense layers are one            0 + 1   5.3 2.6 2.5
5.8  Your own stack: each layer between given ones       0 + 1   5.2 2.5 3.6 3.9 3.13 4.3 4.8

6    Optimizers
6.1  BasicOptimizer.apply_gradients                      0 + 2
6.2  RMSProp.apply_gradients                             0 + 3
6.3  Adam.apply_gradients                                0 + 4

7    Metric and encoder
7.1  CategoricalAccuracy                                 0 + 1
7.2  OneHotEncoder.forward                               1 + 1
7.3  OneHotEncoder.inverse                               0 + 1   7.2

8    Model
8.1  SequentialModel                                     0 + 1   1.3
8.2  SequentialModel.batch_step                          0 + 2   8.1 5.3 1.5
8.3  SequentialModel.fit                                 0 + 1   8.2
8.4  SequentialModel.evaluate                            0 + 1   8.2

9    Assignment
9.1  assignment.py                                       0 + 1   8.3 6.1 6.2 6.3 7.1 2.2 5.5 5.6 5.7 5.8   40 s
9.2  Loss falls on real digits                           0 + 1   8.3 6.1 2.2 7.1 5.5   30 s
"""  # noqa: E501

RUBRIC = rubric_table.read(TABLE, file_of, imports="Package")
"""Every item, in roadmap order."""


def is_about_gradients(item: Item, rubric: Rubric = RUBRIC) -> bool:
    """Whether it is one of the gradient methods or the way back, which most points are for."""
    named = "gradient" in item.name.lower() and "apply_gradients" not in item.name
    return named or rubric.stages[item.stage] in ("Tape", "Backward")


def headline(what: str, rubric: Rubric) -> str:
    """How much of all points is for `what`, as its documents say it."""
    share = total_of(item.points for item in rubric.items if is_about_gradients(item, rubric))
    return f"{what} are worth {share} of {rubric.possible} points."
