package org.lanewise.snapshot;

import java.util.Map;

/** What PyTorch's optimizers call the states of the library's rules: the last part of a tensor's name in a checkpoint. */
public final class StateNames {
    private static final Map<String, String> MOMENTS = Map.of("m", "exp_avg", "v", "exp_avg_sq", "vMax", "max_exp_avg_sq");

    private static final Map<String, Map<String, String>> TORCH = Map.ofEntries(
            Map.entry("Sgd", Map.of("b", "momentum_buffer")),
            Map.entry("Adam", MOMENTS), Map.entry("AdamW", MOMENTS), Map.entry("NAdam", MOMENTS), Map.entry("RAdam", MOMENTS),
            Map.entry("Adamax", Map.of("m", "exp_avg", "u", "exp_inf")),
            Map.entry("Adadelta", Map.of("v", "square_avg", "vMove", "acc_delta")),
            Map.entry("RmsProp", Map.of("v", "square_avg", "b", "momentum_buffer", "gAvg", "grad_avg")),
            Map.entry("Rprop", Map.of("gPrev", "prev", "s", "step_size")),
            Map.entry("Asgd", Map.of("wAvg", "ax")),
            Map.entry("Adafactor", Map.of("rowVariance", "row_var", "columnVariance", "col_var")));

    private StateNames() {}

    /**
     * PyTorch's names of a rule's states.
     *
     * @param rule name of the rule's class
     * @param isVector whether the tensor has fewer than two dimensions
     * @return names by the rule's own, of those that PyTorch has under another name
     */
    public static Map<String, String> of(String rule, boolean isVector) {
        String simple = rule.replaceFirst("^org\\.lanewise\\.rule\\.", "");
        return simple.equals("Adafactor") && isVector ? Map.of("columnVariance", "variance") : TORCH.getOrDefault(simple, Map.of());
    }
}
