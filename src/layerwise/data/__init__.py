"""Data to learn from, and what is done to them before they are learned from.

Data: `toy` (in the plane), `drawing` (shapes), `web` (digits, MNIST and others), `sequences`, `text`,
`names`, `graphs`. What is done: `splits`, `normalize`, `transforms`, `dataset`, `loader`.
"""

from .collate import default_collate as default_collate
from .dataset import ConcatDataset as ConcatDataset
from .dataset import Dataset as Dataset
from .dataset import Subset as Subset
from .dataset import TensorDataset as TensorDataset
from .dataset import random_split as random_split
from .drawing import SHAPES as SHAPES
from .drawing import Shapes as Shapes
from .drawing import shapes as shapes
from .graphs import Graph as Graph
from .graphs import Graphs as Graphs
from .graphs import communities as communities
from .graphs import karate_club as karate_club
from .graphs import molecules as molecules
from .loader import DataLoader as DataLoader
from .names import Surnames as Surnames
from .names import ascii_fold as ascii_fold
from .names import surnames as surnames
from .normalize import Normalize as Normalize
from .sequences import adding as adding
from .sequences import copying as copying
from .splits import class_weights as class_weights
from .splits import stratified_folds as stratified_folds
from .splits import stratified_split as stratified_split
from .text import Characters as Characters
from .text import Corpus as Corpus
from .text import corpus as corpus
from .text import next_characters as next_characters
from .toy import circles as circles
from .toy import gaussians as gaussians
from .toy import hyperplane as hyperplane
from .toy import moons as moons
from .toy import spirals as spirals
from .toy import xor as xor
from .transforms import Affine as Affine
from .transforms import Compose as Compose
from .transforms import Crop as Crop
from .transforms import Cutout as Cutout
from .transforms import Flip as Flip
from .transforms import Mixup as Mixup
from .transforms import Noise as Noise
from .web import Pictures as Pictures
from .web import cifar10 as cifar10
from .web import digits as digits
from .web import fashion_mnist as fashion_mnist
from .web import mnist as mnist
