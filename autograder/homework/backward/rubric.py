"""What is worth what in the backward edition: items, points and what they build on."""

from __future__ import annotations

from functools import partial

from autograder import rubric_table
from autograder.homework.backward.contract import MODULES
from autograder.homework.contract import file_of

# As in the tape edition's table. What its tape and its flags are worth is here for the way back.
TABLE = """
1    Core
1.1  Package                                             0 + 0
1.2  Tensor                                              0 + 0
1.3  Tensor.no_grad                                      0 + 0   1.2
1.4  Callable and Diffable                               0 + 0   1.2

2    Linear
2.1  Linear.forward                                      1 + 2   1.4
2.2  Linear initializers                                 1 + 2
2.3  Linear.get_input_gradients                          1 + 3   2.1
2.4  Linear.get_weight_gradients                         2 + 3   2.1
2.5  Linear.compose_input_gradients                      1 + 3   2.3
2.6  Linear.compose_weight_gradients                     1 + 4   2.4

3    Activations
3.1  LeakyReLU.forward                                   0 + 1   1.4
3.2  LeakyReLU.get_input_gradients                       1 + 1   3.1
3.3  LeakyReLU.compose_input_gradients                   1 + 1   3.2
3.4  ReLU.forward                                        0 + 1   3.1
3.5  ReLU.get_input_gradients                            0 + 1   3.4 3.2
3.6  ReLU.compose_input_gradients                        0 + 1   3.5 3.3
3.7  Sigmoid.forward                                     0 + 1   1.4
3.8  Sigmoid.get_input_gradients                         1 + 1   3.7
3.9  Sigmoid.compose_input_gradients                     1 + 1   3.8
3.10 Softmax.forward                                     0 + 2   1.4
3.11 Softmax at extreme inputs                           0 + 1   3.10
3.12 Softmax.get_input_gradients                         1 + 3   3.10
3.13 Softmax.compose_input_gradients                     1 + 3   3.12
3.14 Activations have no weight gradients                0 + 1   3.4 3.7 3.10

4    Losses
4.1  MeanSquaredError.forward                            0 + 1   1.4
4.2  MeanSquaredError.get_input_gradients                1 + 2   4.1
4.3  MeanSquaredError.compose_input_gradients            0 + 1   4.2
4.4  CategoricalCrossEntropy.forward                     0 + 1   1.4
4.5  CategoricalCrossEntropy at probability 0            0 + 1   4.4
4.6  CategoricalCrossEntropy.get_input_gradients         1 + 2   4.4
4.7  CategoricalCrossEntropy gradient at probability 0   0 + 1   4.5 4.6
4.8  CategoricalCrossEntropy.compose_input_gradients     0 + 1   4.6

5    Backward
5.1  Diffable.backward                                   1 + 4   1.4
5.2  Diffable.backward through several layers            1 + 4   5.1
5.3  Diffable.backward with plain arrays as inputs       0 + 2   5.1
5.4  Diffable.backward with frozen parameters            0 + 1   5.2
5.5  Diffable.backward again, after zero_grad            0 + 1   5.1
5.6  Your own stack: Linear, Softmax, cross-entropy      0 + 2   5.2 2.6 2.5 3.13 4.8
5.7  Your own stack: both losses through softmax         0 + 1   5.2 2.6 3.13 4.3
5.8  Your own stack: two Linear layers are one           0 + 1   5.2 2.6 2.5
5.9  Your own stack: each layer between given ones       0 + 1   5.2 2.5 3.6 3.9 3.13 4.3 4.8

6    Optimizers
6.1  Optimizers: zero_grad                               0 + 0   1.2
6.2  BasicOptimizer.step                                 0 + 2   1.2
6.3  RMSProp.step                                        0 + 3   1.2
6.4  Adam.step                                           0 + 4   1.2

7    Metric and encoder
7.1  CategoricalAccuracy                                 0 + 1
7.2  OneHotEncoder.forward                               1 + 1
7.3  OneHotEncoder.inverse                               0 + 1   7.2

8    Model
8.1  Sequential                                          0 + 1   1.4
8.2  Sequential.batch_step                               0 + 2   8.1 5.2 5.3 5.5 6.1
8.3  Sequential.fit                                      0 + 1   8.2
8.4  Sequential.evaluate                                 0 + 1   8.2 1.3

9    Assignment
9.1  assignment.py                                       0 + 1   8.3 6.2 6.3 6.4 7.1 2.2 5.6 5.7 5.8 5.9   40 s
9.2  Loss falls on real digits                           0 + 1   8.3 6.2 2.2 7.1 5.6   30 s
"""  # noqa: E501

RUBRIC = rubric_table.read(TABLE, partial(file_of, modules=MODULES), imports="Package")
"""Every item, in roadmap order."""
