package org.lanewise.demo;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** How a training goes: its score every few steps, the start included. */
final class Curve {
    private static final int INTERVAL = 5;
    private static final double GOAL = 0.95;

    private final Training training;
    private final Digits.Split digits;
    private final List<Point> points = new ArrayList<>();
    private int steps;

    /**
     * The score after a number of steps.
     *
     * @param epochs the steps as a number of passes over the training images
     * @param loss on all training images
     * @param accuracy on the test images
     */
    record Point(int steps, double epochs, double loss, double accuracy) {}

    Curve(Training training, Digits.Split digits) {
        this.training = training;
        this.digits = digits;
        addPoint();
    }

    /** To be called after each step; adds a point if it is time, and after the last step. */
    void afterStep() {
        steps++;
        if (steps % interval() == 0 || steps == training.totalSteps()) {
            addPoint();
        }
    }

    /** Steps from one point to the next. A step that is a whole epoch gets a point of its own. */
    int interval() {
        return training.stepsPerEpoch() == 1 ? 1 : INTERVAL;
    }

    private void addPoint() {
        points.add(new Point(
                steps,
                (double) steps / training.stepsPerEpoch(),
                training.network().score(digits.train()).loss(),
                training.network().score(digits.test()).accuracy()));
    }

    List<Point> points() {
        return List.copyOf(points);
    }

    Point last() {
        return points.getLast();
    }

    /** Steps up to the first point with 95 % of the test images right. */
    Optional<Integer> stepsToGoal() {
        return points.stream().filter(point -> point.accuracy() >= GOAL).map(Point::steps).findFirst();
    }
}
