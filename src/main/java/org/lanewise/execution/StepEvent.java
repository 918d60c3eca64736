package org.lanewise.execution;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/** A step in a recording of the JDK's flight recorder. Loaded only where that is there. */
@Name("org.lanewise.Step")
@Label("Optimizer Step")
@Category("Lanewise")
@Description("A step of an optimizer, its time and what it did")
@StackTrace(false)
final class StepEvent extends Event {
    @Label("Step")
    long step;

    @Label("Learning Rate")
    double learningRate;

    @Label("Gradient Norm")
    @Description("NaN if it was not computed")
    double gradientNorm;

    @Label("Clip Factor")
    float clipFactor;

    @Label("Loss Scale")
    double lossScale;

    @Label("Non-Finite Gradients")
    long nonFiniteCount;

    @Label("Skipped")
    boolean skipped;
}
