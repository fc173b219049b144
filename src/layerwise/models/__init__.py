"""Whole models, each in a file of its own. `twins` has the same models for torch."""

from . import twins as twins
from .char_rnn import CharRNN as CharRNN
from .encoder import EncoderClassifier as EncoderClassifier
from .gnn import GNN as GNN
from .gnn import GraphAttention as GraphAttention
from .gnn import GraphConvolution as GraphConvolution
from .gnn import GraphIsomorphism as GraphIsomorphism
from .gpt import GPT as GPT
from .gpt import CausalSelfAttention as CausalSelfAttention
from .gpt import FeedForward as FeedForward
from .gpt import GPTBlock as GPTBlock
from .inception import Inception as Inception
from .lenet import LeNet as LeNet
from .mlp import MLP as MLP
from .mobilenet import MobileNet as MobileNet
from .mobilenet import SeparableConv as SeparableConv
from .perceptron import Perceptron as Perceptron
from .residual import BasicBlock as BasicBlock
from .residual import Bottleneck as Bottleneck
from .residual import PadShortcut as PadShortcut
from .resnet import ResNet as ResNet
from .sampling import next_token as next_token
from .unet import Nearest as Nearest
from .unet import UNet as UNet
