namespace Oci.Runtime.Linux.Launching;

/// <summary>The numbers that the init's descriptors have, whoever starts it.</summary>
internal static class InitDescriptors
{
    public const int StandardInput = 0;
    public const int StandardOutput = 1;
    public const int StandardError = 2;

    /// <summary>The program; closed once it is mapped.</summary>
    public const int Program = 3;

    /// <summary>The socket to the process that creates the container; closed when the container is created.</summary>
    public const int Parent = 4;

    /// <summary>The FIFO that a created container waits at.</summary>
    public const int StartFifo = 5;

    /// <summary>The pidfd of the container that is joined; closed once its namespaces are entered. Such a process waits at no FIFO.</summary>
    public const int Container = StartFifo;

    /// <summary>The file that tells why the program could not be executed.</summary>
    public const int Failure = 6;

    /// <summary>All from here on are closed.</summary>
    public const int First = 7;
}
