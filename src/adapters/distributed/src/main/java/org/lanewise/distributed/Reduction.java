package org.lanewise.distributed;

/** What is made of the gradients that the ranks have. They are added as floats in the order of the ranks. */
public enum Reduction {
    /** Their sum divided by the number of ranks: the default, for losses that are means over a batch. */
    MEAN,
    /** Their sum. */
    SUM
}
