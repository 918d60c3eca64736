package org.lanewise.generators;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import net.jqwik.api.Shrinkable;
import net.jqwik.api.ShrinkingDistance;

/** Elements that shrink towards one, (0, 0, 0). As they are used again and again, one of them alone is tried first. */
record ShrinkableElements(List<Element> elements) implements Shrinkable<List<Element>> {
    @Override
    public List<Element> value() {
        return elements;
    }

    @Override
    public Stream<Shrinkable<List<Element>>> shrink() {
        Stream<List<Element>> all = elements.size() == 1 ? simpler()
                : Stream.of(elements.stream().distinct().map(List::of), shorter(), simpler()).flatMap(candidates -> candidates);
        return all.map(ShrinkableElements::new);
    }

    private Stream<List<Element>> shorter() {
        int size = elements.size(), half = size / 2;
        return Stream.concat(Stream.of(elements.subList(0, half), elements.subList(half, size)),
                IntStream.range(0, size).mapToObj(i -> Stream.concat(elements.stream().limit(i), elements.stream().skip(i + 1)).toList()));
    }

    private Stream<List<Element>> simpler() {
        return IntStream.range(0, elements.size()).boxed().flatMap(i -> simpler(elements.get(i)).map(simpler -> {
            List<Element> changed = new ArrayList<>(elements);
            changed.set(i, simpler);
            return changed;
        }));
    }

    private static Stream<Element> simpler(Element element) {
        float parameter = element.parameter(), gradient = element.gradient(), state = element.state();
        return Stream.of(ShrinkableFloat.simpler(parameter).map(simpler -> new Element(simpler, gradient, state)),
                ShrinkableFloat.simpler(gradient).map(simpler -> new Element(parameter, simpler, state)),
                ShrinkableFloat.simpler(state).map(simpler -> new Element(parameter, gradient, simpler))).flatMap(candidates -> candidates);
    }

    @Override
    public ShrinkingDistance distance() {
        long ranks = elements.stream().mapToLong(element -> (long) ShrinkableFloat.rank(element.parameter())
                + ShrinkableFloat.rank(element.gradient()) + ShrinkableFloat.rank(element.state())).sum();
        return ShrinkingDistance.of(elements.size(), ranks);
    }
}
