package org.lanewise.execution;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The planes of state that groups need: those of a family together, then averages and sums of gradients.
 *
 * @param groups what needs them
 * @param all planes and the tensors that share them, by their numbers in the store
 * @param averages whether there are averages
 * @param sums whether there are sums of gradients
 */
public record Claims(List<SteppedGroup> groups, List<Claim> all, boolean averages, boolean sums) {
    /**
     * Some planes.
     *
     * @param kinds what each holds
     * @param tensors numbers of the tensors in the store, in their order
     */
    public record Claim(List<States.Kind> kinds, List<Integer> tensors) {}

    /**
     * Of some groups.
     *
     * @param groups the groups
     * @param average what averages are; empty if there are none
     * @param sum what sums of gradients are; empty if there are none
     * @return what they need
     */
    public static Claims of(List<SteppedGroup> groups, Optional<States.Kind> average, Optional<States.Kind> sum) {
        Map<Object, List<States.Kind>> kinds = new LinkedHashMap<>();
        Map<Object, List<Integer>> tensors = new HashMap<>();
        List<Integer> all = new ArrayList<>();
        for (SteppedGroup each : groups) {
            Object family = each.family();
            if (kinds.putIfAbsent(family, each.kinds()) == null) {
                tensors.put(family, new ArrayList<>());
            }
            tensors.get(family).addAll(each.tensors());
            all.addAll(each.tensors());
        }
        List<Claim> claims = new ArrayList<>();
        for (Map.Entry<Object, List<States.Kind>> each : kinds.entrySet()) {
            claims.add(new Claim(each.getValue(), sorted(tensors.get(each.getKey()))));
        }
        if (average.isPresent()) {
            claims.add(new Claim(List.of(average.get()), sorted(all)));
        }
        if (sum.isPresent()) {
            claims.add(new Claim(List.of(sum.get()), sorted(all)));
        }
        return new Claims(groups, claims, average.isPresent(), sum.isPresent());
    }

    private static List<Integer> sorted(List<Integer> tensors) {
        tensors.sort(null);
        return List.copyOf(tensors);
    }

    /**
     * The tensors with their planes.
     *
     * @param allocated the planes of each claim
     * @param placed all tensors of the store
     * @param firstGroup number of the first of these groups
     * @return members, group by group
     */
    public List<Member> members(List<States> allocated, List<PlacedTensor> placed, int firstGroup) {
        int families = all.size() - (averages ? 1 : 0) - (sums ? 1 : 0);
        Member.Located[] states = located(0, families, allocated, placed.size());
        Member.Located[] average = located(families, averages ? families + 1 : families, allocated, placed.size());
        Member.Located[] sum = located(sums ? all.size() - 1 : all.size(), all.size(), allocated, placed.size());
        List<Member> members = new ArrayList<>();
        for (int k = 0; k < groups.size(); k++) {
            for (int tensor : groups.get(k).tensors()) {
                members.add(new Member(tensor, firstGroup + k, placed.get(tensor), states[tensor], Optional.ofNullable(average[tensor]),
                        Optional.ofNullable(sum[tensor])));
            }
        }
        return members;
    }

    /** Where each tensor's planes lie that are of claims {@code first} to {@code end - 1}; null for tensors without. */
    private Member.Located[] located(int first, int end, List<States> allocated, int tensors) {
        Member.Located[] located = new Member.Located[tensors];
        for (int k = first; k < end; k++) {
            List<Integer> own = all.get(k).tensors();
            for (int place = 0; place < own.size(); place++) {
                located[own.get(place)] = new Member.Located(allocated.get(k), place);
            }
        }
        return located;
    }
}
