using System.CommandLine;
using OciTool.CommandLine;

namespace OciTool.Commands;

/// <summary>All commands, and what the help of the program says beside them.</summary>
internal static class CommandTable
{
    /// <summary>The forms of a reference.</summary>
    public const string ReferenceHelp = """
        Images (REF, SRC, DST):
          oci:DIR[:TAG]                   an OCI layout, a directory
          oci-archive:FILE[:TAG]          an OCI layout in a tar file
          docker-archive:FILE[:NAME]      a file of 'docker save'
          docker://NAME[:TAG]             an image of a registry, such as docker://localhost:5000/app:v1
        @DIGEST after the path or name means just that manifest, @N the Nth image of a layout or archive, from 0. Without a
        tag the only image of a layout or archive is meant, and 'latest' of a registry. A layout that is written to is made
        where absent; an archive is written anew, whole. Credentials are those of 'oci login', 'podman login' and 'docker login';
        mirrors, blocks and certificates are those of registries.conf and certs.d.

        Exit codes: 0 done, 1 failed or something found, 2 wrong usage, 130 interrupted.
        """;

    /// <summary>What to try first.</summary>
    public static IReadOnlyList<Example> Examples { get; } =
    [
        new("oci copy docker://docker.io/library/debian:12 oci:images:debian", "fetch an image into a layout"),
        new("oci inspect oci:images:debian", "see what it is"),
        new("oci unpack oci:images:debian bundle", "unpack it, ready for runc, crun or ocirun"),
    ];

    public static RootCommand CreateRoot()
    {
        var root = new RootCommand("Reads, changes, checks and copies OCI images: layouts, archives and registries, without a daemon.");
        root.Options.Clear();
        foreach (Option option in CommonOptions.OfEveryCommand)
        {
            root.Add(option);
        }
        foreach (Command command in (ReadOnlySpan<Command>)
        [
            new InspectCommand(),
            new ListCommand(),
            new CopyCommand(),
            new SyncCommand(),
            new TagsCommand(),
            new CatalogCommand(),
            new DeleteCommand(),
            new PushCommand(),
            new PullCommand(),
            new AttachCommand(),
            new ReferrersCommand(),
            new UnpackCommand(),
            new RepackCommand(),
            new AppendCommand(),
            new RebaseCommand(),
            new FlattenCommand(),
            new ConfigCommand(),
            new IndexCommand(),
            new ValidateCommand(),
            new CollectCommand(),
            new LoginCommand(),
            new LogoutCommand(),
        ])
        {
            root.Add(command);
        }
        return root;
    }
}
