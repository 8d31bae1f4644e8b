"""Student's t from scipy.special.

scipy is imported where it is used: the API reports experiments, and loads it at the first report.
"""


def quantile(probability: float, degrees: int) -> float:
    """Return t with P(T <= t) = probability, for `degrees` >= 1."""
    from scipy.special import stdtrit

    return float(stdtrit(degrees, probability))


def two_sided_p(t: float, degrees: int) -> float:
    """Return P(|T| >= |t|)."""
    from scipy.special import stdtr

    return 2.0 * float(stdtr(degrees, -abs(t)))


def noncentrality_for(power: float, degrees: int, level: float) -> float:
    """Return the noncentrality at which the two-sided t test at `level` has the given power.

    Noncentrality is sqrt(n) effect / deviation (Cohen 1988, chapter 2). Of the rejections those on
    the wrong side are left out: at a power of 80 % they are less than one in a million.
    """
    from scipy.special import nctdtrinc

    bound = quantile(1.0 - level / 2.0, degrees)
    return float(nctdtrinc(degrees, 1.0 - power, bound))
