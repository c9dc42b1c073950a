namespace Quickstart;

/// <summary>What the command line asks for.</summary>
/// <param name="Source">Where the image comes from; <see langword="null"/> to make one of this machine's own files.</param>
/// <param name="Command">The command to run; empty to run the image's own.</param>
internal sealed record Arguments(string? Source, IReadOnlyList<string> Command)
{
    public const string Help = """
        Makes an image, pushes it to a registry in this process, pulls it back, verifies and unpacks it, and runs it.

        Usage: dotnet run --project samples/Quickstart [-- SOURCE [COMMAND...]]

        SOURCE is the image to use instead of one made of this machine's own files:
          oci:DIR[:TAG]         an OCI layout, as skopeo, umoci and buildah write it
          docker-archive:FILE   a file of `docker save` or `podman save`
          HOST/NAME[:TAG]       an image of a registry, such as localhost:5000/debian:12
        COMMAND is run instead of the image's own entrypoint and command.

        Exit code: that of the container; 125 where a stage failed; 2 for bad usage.
        Needs Linux. Runs as root, and as an ordinary user by a user namespace.
        """;

    /// <summary>Reads the command line; <see langword="null"/> where help is asked for.</summary>
    /// <exception cref="FormatException">The source is of no known kind.</exception>
    public static Arguments? Parse(string[] args)
    {
        if (args.Length == 0)
        {
            return new Arguments(null, []);
        }
        if (args[0] is "-h" or "--help" or "help")
        {
            return null;
        }
        if (args[0].StartsWith('-'))
        {
            throw new FormatException($"There is no option {args[0]}.");
        }
        ImageSource.ThrowIfMalformed(args[0]);
        return new Arguments(args[0], args[1..]);
    }
}
