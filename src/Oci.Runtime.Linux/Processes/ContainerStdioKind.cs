namespace Oci.Runtime.Linux.Processes;

internal enum ContainerStdioKind
{
    Inherit,
    Null,
    Pipes,
    Handles,
}
