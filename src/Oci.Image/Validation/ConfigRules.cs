using System.Text.Json;

namespace Oci.Image.Validation;

/// <summary>Image configs, OCI's and Docker's (config.md).</summary>
internal static class ConfigRules
{
    private const string Section = "config.md#properties";

    public static readonly ValidationRule ArchitectureRequired = new("config-architecture-required", ValidationSeverity.Error, Section, "A config has an architecture.");

    public static readonly ValidationRule OsRequired = new("config-os-required", ValidationSeverity.Error, Section, "A config has an operating system.");

    public static readonly ValidationRule RootFsRequired = new("config-rootfs-required", ValidationSeverity.Error, Section, "A config has a rootfs with type and diff_ids.");

    public static readonly ValidationRule RootFsType = new("config-rootfs-type", ValidationSeverity.Error, Section, "rootfs.type is layers.");

    public static readonly ValidationRule Time = new("config-time", ValidationSeverity.Error, Section, "A time is one by RFC 3339, section 5.6.");

    public static readonly ValidationRule Env = new("config-env", ValidationSeverity.Warning, Section, "An entry of Env is NAME=VALUE.");

    public static readonly ValidationRule Port = new("config-port", ValidationSeverity.Warning, Section, "A key of ExposedPorts is port/tcp, port/udp or port.");

    public static IReadOnlyList<ValidationRule> All { get; } = [ArchitectureRequired, OsRequired, RootFsRequired, RootFsType, Time, Env, Port];

    public static void Check(DocumentNode node, MediaType mediaType)
    {
        node.CheckCase("created", "author", "architecture", "os", "os.version", "os.features", "variant", "config", "rootfs", "history");
        CheckTime(node);
        node.GetText("author");
        PlatformRules.CheckNames(node, ArchitectureRequired, OsRequired);
        node.GetText("os.version");
        PlatformRules.CheckTexts(node, "os.features");
        if (node.TryGet("config", out DocumentNode config) && config.Is(JsonValueKind.Object))
        {
            CheckContainer(config);
        }
        if (node.TryRequire("rootfs", RootFsRequired, out DocumentNode rootFs) && rootFs.Is(JsonValueKind.Object))
        {
            CheckRootFs(rootFs, mediaType == MediaTypes.DockerImageConfig);
        }
        if (node.TryGet("history", out DocumentNode history) && history.Is(JsonValueKind.Array))
        {
            foreach (DocumentNode entry in history.Items())
            {
                CheckHistory(entry);
            }
        }
    }

    private static void CheckContainer(DocumentNode node)
    {
        node.CheckCase("User", "ExposedPorts", "Env", "Entrypoint", "Cmd", "Volumes", "WorkingDir", "Labels", "StopSignal", "ArgsEscaped", "Healthcheck", "OnBuild", "Shell", "StopTimeout");
        foreach (string text in (ReadOnlySpan<string>)["User", "WorkingDir", "StopSignal"])
        {
            node.GetText(text);
        }
        foreach (string list in (ReadOnlySpan<string>)["Env", "Entrypoint", "Cmd", "OnBuild", "Shell"])
        {
            PlatformRules.CheckTexts(node, list);
        }
        CheckBoolean(node, "ArgsEscaped");
        CheckEnv(node);
        if (node.TryGet("ExposedPorts", out DocumentNode ports) && ports.Is(JsonValueKind.Object))
        {
            foreach ((string name, DocumentNode port) in ports.Members())
            {
                if (!IsPort(name))
                {
                    port.Report(Port, "It is no port: it must be a number from 0 to 65535, with /tcp, /udp or nothing behind it.");
                }
            }
        }
        if (node.TryGet("Volumes", out DocumentNode volumes))
        {
            volumes.Is(JsonValueKind.Object);
        }
        AnnotationRules.Check(node, "Labels", isLabels: true);
    }

    private static void CheckEnv(DocumentNode node)
    {
        if (!node.TryGet("Env", out DocumentNode env) || env.Value.ValueKind != JsonValueKind.Array)
        {
            return;
        }
        foreach (DocumentNode entry in env.Items())
        {
            if (entry.Value.ValueKind == JsonValueKind.String && entry.Value.GetString()!.IndexOf('=', StringComparison.Ordinal) < 1)
            {
                entry.Report(Env, "It is not NAME=VALUE; runtimes drop it or refuse the image.");
            }
        }
    }

    private static void CheckRootFs(DocumentNode node, bool isDocker)
    {
        node.CheckCase("type", "diff_ids");
        if (node.TryGet("type", out DocumentNode type))
        {
            if (type.Is(JsonValueKind.String) && !type.Value.ValueEquals("layers"))
            {
                type.Report(RootFsType, "It must be 'layers'.");
            }
        }
        else if (!isDocker)
        {
            node.ReportAt("type", RootFsRequired, "It is required, and is not there.");
        }
        if (node.TryGet("diff_ids", out DocumentNode diffIds))
        {
            if (diffIds.Is(JsonValueKind.Array))
            {
                foreach (DocumentNode diffId in diffIds.Items())
                {
                    DescriptorRules.CheckDigest(diffId);
                }
            }
        }
        else if (!isDocker)
        {
            // Docker leaves it out for an image without layers.
            node.ReportAt("diff_ids", RootFsRequired, "It is required, and is not there.");
        }
    }

    private static void CheckHistory(DocumentNode node)
    {
        if (!node.Is(JsonValueKind.Object))
        {
            return;
        }
        node.CheckCase("created", "created_by", "author", "comment", "empty_layer");
        CheckTime(node);
        foreach (string text in (ReadOnlySpan<string>)["created_by", "author", "comment"])
        {
            node.GetText(text);
        }
        CheckBoolean(node, "empty_layer");
    }

    private static void CheckTime(DocumentNode node)
    {
        if (node.GetText("created") is string text && !Rfc3339Time.TryParse(text, out _))
        {
            node.ReportAt("created", Time, "It is no time as RFC 3339 writes it, such as 2024-05-01T10:00:00Z.");
        }
    }

    private static void CheckBoolean(DocumentNode node, string name)
    {
        if (node.TryGet(name, out DocumentNode member) && member.Value.ValueKind is not (JsonValueKind.True or JsonValueKind.False))
        {
            member.Is(JsonValueKind.True);
        }
    }

    private static bool IsPort(string text)
    {
        int slash = text.IndexOf('/', StringComparison.Ordinal);
        return ushort.TryParse(slash < 0 ? text : text[..slash], System.Globalization.NumberStyles.None, null, out _)
            && (slash < 0 || text[slash..] is "/tcp" or "/udp" or "/sctp");
    }
}
