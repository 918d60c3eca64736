/**
 * Which optimizer of PyTorch a rule follows, and how the one's state becomes the other's: {@link org.lanewise.torch.Restoring} and {@link
 * org.lanewise.torch.Exported}. {@link org.lanewise.torch.Followers} has the names.
 */
package org.lanewise.torch;
