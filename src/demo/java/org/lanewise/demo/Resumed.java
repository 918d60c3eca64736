package org.lanewise.demo;

/** Whether a training that another JVM went on with ended as this one's. */
enum Resumed {
    /** With the same norms of gradients in each step and the same bits. */
    SAME_BITS,
    /** With others, which is a fault. */
    OTHER_BITS,
    /** It was not tried. */
    NOT_TRIED
}
