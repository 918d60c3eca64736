package org.lanewise.bench.result;

import com.google.gson.annotations.SerializedName;

/** Why a time does not tell what a loop costs. Such times stand in the tables of all rows, and nothing is derived of them. */
public enum Doubt {
    /** C2 had not compiled the loop, or was still compiling. */
    @SerializedName("late")
    LATE("late", "C2 had not compiled the loop, or was still at it"),
    /** Other programs had the processors. */
    @SerializedName("busy")
    BUSY("busy", "other programs had the processors"),
    /** Iterations differ too much for a median to mean anything, though nothing here tells why. */
    @SerializedName("unsteady")
    UNSTEADY("unsteady", "a quarter of the iterations is more than 30 % away from the median");

    /** How far a quartile may be from the median. Of 163 rows of a quiet machine, {@code amd-epyc.json}, one is further away. */
    private static final double STEADY = 0.3;

    private final String label;
    private final String reason;

    Doubt(String label, String reason) {
        this.label = label;
        this.reason = reason;
    }

    /** What a row's numbers say themselves, in whatever file they stand: a compiled loop of this project makes no garbage. */
    static Doubt of(Stepper form, int n, double nsPerElement, double error, Double bytesAllocatedPerStep) {
        if (form instanceof Form && bytesAllocatedPerStep != null && bytesAllocatedPerStep > n) {
            return LATE;
        }
        return error > STEADY * nsPerElement ? UNSTEADY : null;
    }

    /** Its word. */
    public String label() {
        return label;
    }

    /** What it says, as a clause. */
    public String reason() {
        return reason;
    }
}
