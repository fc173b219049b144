"""Where health ends: every number that `doctor` compares with, and why it is that one."""

FEWEST_STEPS = 10  # recorded steps before a trend is called one
MOST_STEPS = 0.5  # a state is chronic if the median over this last part of the steps shows it

# --- bookkeeping
LEFT_OVER = 0.5  # share of steps that began with an old gradient: one or two may be a warm-up

# --- data
LARGE = 10.0  # root mean square of the inputs: weights are made for 1; pixels / 255 and z-scores are below 2
SMALL = 0.05  # largest input: at this size the biases alone decide; one-hot vectors have a 1
OFFSET = 20.0  # mean / spread of the median feature: the features are almost the same constant
UNEVEN = 200.0  # largest / median spread: one feature decides; digits' pixels and word counts stay below 50
DUPLICATE = 0.01  # distance / usual distance to the nearest neighbor: the same row, but for rounding or noise
LEAK = 0.01  # share of validation rows, beyond what is usual among training rows and 3 standard errors
PREDICTABLE = 4.0  # standard deviations above shuffled labels: chance gets there once in 30,000 times

# --- network
ALIKE = 0.1  # |w_i - w_j| / |w_i| of two units that count as the same: random ones differ by about 1.4
TWINS = 0.99  # share of units that are the same: all of them, they learn the same for ever
DEAD = 0.7  # share of units: healthy ReLU nets have up to 0.3, with batches of 4 up to 0.45
SATURATED = 0.5  # share of numbers on the flat parts: healthy tanh nets have up to 0.2
EXPLODED = 30.0  # |gradient| / |w| in the first step: 0.1 to 2.5 in healthy nets, if the loss is a mean
VANISHED = 1e-3  # |gradient| / |w|, of the least layer to the largest: 0.01 to 1 in healthy nets

# --- learning rate
LEAP = 3.0  # largest loss / first loss: in healthy training the noise of small batches gets to 1.6
RECOVERED = 0.5  # last tenth of the losses / first loss: a leap that is made good was a start, not a fault
GIANT = 0.05  # |Δw| / |w| in a step: 0.01 is usual; with 0.05 a layer is another after 20 steps
WHOLE = 1.0  # |Δw| / |w| in a step, if the loss makes no progress: healthy nets reach 0.3, born at zero 0.8
STILL = 0.02  # sum of |Δw| / |w| over all steps: healthy nets move by 0.4 and more in 60 steps
PROGRESS = 0.95  # last tenth of the losses / first tenth: it has hardly fallen
