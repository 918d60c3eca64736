package org.lanewise.check;

import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Patterns for names, of which {@code *} stands for any characters, also none, and {@code ?} for one.
 *
 * @param patterns what was given
 * @param compiled the same for the JDK
 */
public record NamePatterns(List<String> patterns, List<Pattern> compiled) implements Predicate<String> {
    /**
     * Of some patterns.
     *
     * @param patterns names or patterns
     */
    public NamePatterns(List<String> patterns) {
        this(List.copyOf(patterns), patterns.stream().map(NamePatterns::compile).toList());
    }

    private static Pattern compile(String pattern) {
        return Pattern.compile(Stream.of(pattern.split("(?<=[*?])|(?=[*?])"))
                .map(part -> part.equals("*") ? ".*" : part.equals("?") ? "." : Pattern.quote(part)).collect(Collectors.joining()),
                Pattern.DOTALL);
    }

    @Override
    public boolean test(String name) {
        return compiled.stream().anyMatch(pattern -> pattern.matcher(name).matches());
    }

    /**
     * Refuses patterns that match no name.
     *
     * @param names all names
     * @throws IllegalArgumentException if there is such a pattern
     */
    public void requireMatches(List<String> names) {
        for (int k = 0; k < patterns.size(); k++) {
            Pattern pattern = compiled.get(k);
            if (names.stream().noneMatch(name -> pattern.matcher(name).matches())) {
                throw new IllegalArgumentException("pattern '" + patterns.get(k) + "' of a group matches none of " + names);
            }
        }
    }
}
