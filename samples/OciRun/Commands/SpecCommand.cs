using System.Text.Encodings.Web;
using System.Text.Json;
using Oci.Runtime.Linux.Bundles;
using Oci.Runtime.Linux.Namespaces;
using Oci.Runtime.Linux.Spec;
using OciRun.CommandLine;

namespace OciRun.Commands;

internal sealed class SpecCommand : Command
{
    public override string Name => "spec";

    public override string Summary => "write a config.json to start from";

    public override string Usage => "";

    public override string Description =>
        """
        It runs `sh` with a terminal, in fresh namespaces, in the directory rootfs of the bundle. Edit it for
        another program, such as:

           sed -i 's;"sh";"/hello";' config.json

        With --rootless it is one that an ordinary user can run.
        """;

    public override IReadOnlyList<Option> Options => [OciRun.Options.Bundle, OciRun.Options.RootlessSpec];

    public override int MinArguments => 0;

    public override int? MaxArguments => 0;

    public override async Task<int> RunAsync(Invocation invocation)
    {
        string path = Path.Combine(invocation.Options.NotEmpty(OciRun.Options.Bundle) ?? "", Bundle.ConfigName);
        if (File.Exists(path))
        {
            throw new CommandException($"File {Bundle.ConfigName} exists. Remove it first");
        }
        RuntimeSpec spec = invocation.Options.IsSet(OciRun.Options.RootlessSpec)
            ? DefaultSpec.CreateRootless(RootlessIdMappings.Detect())
            : DefaultSpec.Create();
        await File.WriteAllBytesAsync(path, Indent(Complete(spec)));
        return 0;
    }

    /// <summary>What runc adds: a terminal, a limit of open files, and a root that cannot be written.</summary>
    private static RuntimeSpec Complete(RuntimeSpec spec) => spec with
    {
        Process = spec.Process! with
        {
            Terminal = true,
            Rlimits = [new PosixRlimit { Type = "RLIMIT_NOFILE", Hard = 1024, Soft = 1024 }],
        },
        Root = spec.Root! with { Readonly = true },
        Hostname = "ocirun",
    };

    private static byte[] Indent(RuntimeSpec spec)
    {
        using JsonDocument document = JsonDocument.Parse(spec.ToUtf8Bytes());
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true, IndentCharacter = '\t', IndentSize = 1, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            document.WriteTo(json);
        }
        return buffer.ToArray();
    }
}
