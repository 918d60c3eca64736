package org.lanewise.rule.oracle;

import org.lanewise.Rule;

/**
 * A rule that looks at whole tensors with some options, its oracle and its bound.
 *
 * @param rule the rule
 * @param oracle what it should do to one tensor
 * @param bound how far it may be off
 */
record TensorCase(Rule rule, TensorOracle oracle, TensorBound bound) {
    /** {@return what a plane from the third on holds, and of which rule, in words} */
    String state(int plane) {
        return rule.states().get(plane - 2).name() + " of " + rule.getClass().getSimpleName();
    }

    /** {@return planes of zeros for a tensor of this shape} */
    float[][] zeros(long[] shape) {
        int size = 1;
        for (long dimension : shape) {
            size *= (int) dimension;
        }
        int columns = shape.length == 0 ? 1 : (int) shape[shape.length - 1];
        int rows = shape.length < 2 ? 1 : (int) shape[shape.length - 2];
        float[][] planes = new float[2 + rule.states().size()][];
        for (int plane = 0; plane < planes.length; plane++) {
            planes[plane] = new float[plane < 2 ? size : switch (state(plane)) {
                case "v of NovoGrad" -> 1;
                case "rowVariance of Adafactor", "rowFactor of Adafactor" -> size / columns;
                case "columnVariance of Adafactor" -> size / rows;
                default -> size;
            }];
        }
        return planes;
    }

    @Override
    public String toString() {
        return rule.toString();
    }
}
