package org.lanewise.generators;

import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import org.lanewise.storage.ChunkPlane;

/**
 * A tensor to be, and its numbers.
 *
 * @param memory whose its planes are
 * @param matrices first dimension; there is none if it is 1
 * @param rows second dimension; none if this and the first are 1
 * @param columns last dimension; none if all are 1
 * @param parameterOffset where its parameters begin in the caller's memory, in elements
 * @param gradientOffset where its gradients begin in the caller's memory, in elements
 * @param elements what its elements start with; if there are fewer, they are used again
 */
public record TensorPlan(
        Memory memory, int matrices, int rows, int columns, int parameterOffset, int gradientOffset, List<Element> elements) {
    /** Whose planes they are. */
    public enum Memory { OWNED, ARRAY, SEGMENT }

    /** Vectors and small matrices, of at most so many columns. */
    public static Arbitrary<TensorPlan> small(int mostColumns) {
        return of(Arbitraries.integers().between(0, mostColumns));
    }

    /** Vectors and matrices whose rows are about as long as a chunk. */
    public static Arbitrary<TensorPlan> aboutChunks() {
        return of(Arbitraries.integers().between(ChunkPlane.SIZE - 1, ChunkPlane.SIZE + 1));
    }

    /** Matrices with rows that are much shorter than a chunk, in several chunks: many rows or many matrices. */
    public static Arbitrary<TensorPlan> narrow() {
        Arbitrary<Integer> few = Arbitraries.integers().between(1, 20), many = Arbitraries.integers().between(100, 900);
        return Arbitraries.oneOf(of(Arbitraries.of(1, 2), many, few), of(many, Arbitraries.integers().between(1, 5), few),
                of(Arbitraries.of(1, 3), Arbitraries.integers().between(20, 40), Arbitraries.integers().between(15, 80)));
    }

    private static Arbitrary<TensorPlan> of(Arbitrary<Integer> columns) {
        return of(Arbitraries.of(1, 1, 1, 2, 3), Arbitraries.of(1, 1, 2, 3, 4, 5), columns);
    }

    private static Arbitrary<TensorPlan> of(Arbitrary<Integer> matrices, Arbitrary<Integer> rows, Arbitrary<Integer> columns) {
        Arbitrary<Integer> offset = Arbitraries.integers().between(0, 40);
        return Combinators.combine(Arbitraries.of(Memory.values()), matrices, rows, columns, offset, offset, Element.lists(40))
                .as(TensorPlan::new);
    }

    /** The same numbers in a segment instead of an array, and the other way round. */
    TensorPlan inOtherMemory() {
        Memory other = switch (memory) {
            case OWNED -> Memory.OWNED;
            case ARRAY -> Memory.SEGMENT;
            case SEGMENT -> Memory.ARRAY;
        };
        return new TensorPlan(other, matrices, rows, columns, parameterOffset, gradientOffset, elements);
    }

    /** Its dimensions. */
    public long[] shape() {
        if (matrices > 1) {
            return new long[] {matrices, rows, columns};
        }
        if (rows > 1) {
            return new long[] {rows, columns};
        }
        return columns == 1 ? new long[0] : new long[] {columns};
    }

    /** Number of elements. */
    public int size() {
        return matrices * rows * columns;
    }

    /** First parameters. */
    public float[] parameters() {
        float[] parameters = new float[size()];
        for (int i = 0; i < parameters.length; i++) {
            parameters[i] = element(i).parameter();
        }
        return parameters;
    }

    /** Gradients of a step: in each, the elements' gradients are one further on. */
    public float[] gradients(int step) {
        float[] gradients = new float[size()];
        for (int i = 0; i < gradients.length; i++) {
            gradients[i] = element(i + step).gradient();
        }
        return gradients;
    }

    /** What a state of so many numbers may be set to. */
    public float[] states(int count) {
        float[] states = new float[count];
        for (int i = 0; i < count; i++) {
            states[i] = element(i).state();
        }
        return states;
    }

    private Element element(int i) {
        return elements.get(i % elements.size());
    }
}
