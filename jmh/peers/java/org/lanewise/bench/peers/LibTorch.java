package org.lanewise.bench.peers;

import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.pytorch.AutoGradMode;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** Parameters and gradients as LibTorch's tensors. */
abstract class LibTorch implements Rival {
    final Tensor parameters;
    final Tensor gradients;
    private final FloatPointer parameterData;
    private final FloatPointer gradientData;
    private final int n;
    private final AutoGradMode noGradients;

    LibTorch(int n, int threads) {
        this.n = n;
        torch.set_num_threads(threads);
        noGradients = new AutoGradMode(false);
        parameters = torch.zeros(n);
        gradients = torch.zeros(n);
        parameterData = data(parameters);
        gradientData = data(gradients);
    }

    @Override
    public final void setParameters(float[] values) {
        parameterData.put(values);
    }

    @Override
    public final void setGradients(float[] values) {
        gradientData.put(values);
    }

    @Override
    public final float[] parameters() {
        float[] values = new float[n];
        parameterData.get(values);
        return values;
    }

    private FloatPointer data(Tensor tensor) {
        return new FloatPointer(tensor.data_ptr()).capacity(n);
    }

    @Override
    public void close() {
        parameters.close();
        gradients.close();
        noGradients.close();
    }
}
