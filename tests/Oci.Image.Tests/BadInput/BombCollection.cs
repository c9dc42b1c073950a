namespace Oci.Image.Tests.BadInput;

/// <summary>Tests that measure the memory of the process, and so run when no other does.</summary>
[CollectionDefinition("Bombs", DisableParallelization = true)]
public sealed class BombCollection;
