"""Whole models, each in a file of its own."""

from .perceptron import Perceptron as Perceptron
