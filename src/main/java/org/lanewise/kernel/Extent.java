package org.lanewise.kernel;

/** What one number of a state or of a sum belongs to. */
public enum Extent {
    /** A parameter. */
    PARAMETER,
    /** A row: elements that differ in the last dimension only. */
    ROW,
    /** A column: elements that differ in the last dimension but one only. */
    COLUMN,
    /** A matrix: the last two dimensions. */
    MATRIX,
    /** A tensor. */
    TENSOR
}
