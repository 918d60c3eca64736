package org.lanewise.tool.torch;

import java.util.List;

/**
 * Where recorded numbers come from, in words that may stand in a table.
 *
 * @param pyTorch version of PyTorch
 * @param path how PyTorch stepped: {@code single}, {@code foreach} or {@code fused}, and on how many threads
 * @param instructions what its kernels had; empty if that is not recorded
 * @param steps number of steps of every case
 * @param recordedSteps after which steps parameters and states were recorded, the first one first
 */
public record Origin(String pyTorch, String path, String instructions, int steps, List<Integer> recordedSteps) {}
