package org.lanewise.execution;

/** What kernels without numbers of their own are made of: the constructor of a kernel takes one thing. */
enum NoNumbers {
    INSTANCE
}
