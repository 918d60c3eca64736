package org.lanewise;

import org.lanewise.rule.GradientDescent;
import org.lanewise.verify.Equivalence;

/** A program: verifies gradient descent as a test of a user's would, and prints what came out. */
final class CheckedRule {
    private CheckedRule() {}

    public static void main(String[] args) {
        Equivalence.Result result = Equivalence.of(new GradientDescent(0.1)).withLengths(19, 70).check();
        System.out.println(result.isEqual());
        System.out.println(result);
    }
}
