package org.lanewise.torch;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.lanewise.torchfile.Pickled;

/** What shapes PyTorch's states have. */
final class StateShapes {
    private StateShapes() {}

    /** Shape of a state of a tensor: that of the tensor, but for Adafactor's rows and columns. */
    static List<Long> of(String torchName, List<Long> tensor) {
        List<Long> shape = new ArrayList<>(tensor);
        if (torchName.equals("row_var") && !shape.isEmpty()) {
            shape.set(shape.size() - 1, 1L);
        }
        if (torchName.equals("col_var") && shape.size() > 1) {
            shape.set(shape.size() - 2, 1L);
        }
        return shape;
    }

    /** Name of a state that a tensor of this shape does not have. */
    static Optional<String> firstOther(Map<String, Pickled.Tensor> states, List<Long> tensor) {
        return states.entrySet().stream()
                .filter(each -> !each.getValue().shape().equals(of(each.getKey(), tensor)) || !Follower.isOf(each.getKey(), tensor.size()))
                .map(Map.Entry::getKey).findFirst();
    }
}
