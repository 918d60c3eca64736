package org.lanewise.snapshot;

/** In what a snapshot may differ from the optimizer that goes on from it. */
public enum Deviation {
    /** Learning rates, their factors and schedules, and plateau trackers: the optimizer's stay. */
    LEARNING_RATES,
    /** Rules, other numbers of them, groups' options and the optimizer's: its own stay; states that are not there start fresh. */
    OPTIONS,
    /** Tensors that are not there, or were frozen: they start fresh. */
    ADDED_TENSORS,
    /** Tensors that the store has not: they are left out. */
    DROPPED_TENSORS,
    /** How numbers are kept: they are converted. */
    STORAGES
}
