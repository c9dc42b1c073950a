using System.ComponentModel;
using System.Diagnostics;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Oci.Runtime.Linux.Networking;

/// <summary>Runs one plugin once (CNI specification, section 2).</summary>
internal static class CniPluginProcess
{
    private const int MaxOutput = 1024 * 1024;
    private const string DefaultPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    /// <summary>Runs the plugin.</summary>
    /// <returns>What it wrote; null where that is nothing.</returns>
    public static async Task<JsonNode?> RunAsync(CniOptions options, string command, string plugin, CniAttachment attachment, byte[] configuration, CancellationToken cancellationToken)
    {
        var failure = new ContainerFailure { ContainerId = attachment.ContainerId, Step = $"{command} of the network plugin {plugin}" };
        string program = options.PluginDirectories.Select(d => Path.Combine(d, plugin)).FirstOrDefault(File.Exists)
            ?? throw Failed(failure with { Hint = $"Install it (Debian: apt-get install containernetworking-plugins), or name its directory in {nameof(CniOptions)}.{nameof(CniOptions.PluginDirectories)}." }, plugin, null, $"it is in none of {string.Join(", ", options.PluginDirectories)}");
        using Process process = Start(options, command, program, attachment, failure, plugin);
        // A Process closes no stream that was asked for: these would stay open until they are collected.
        using StreamReader outputReader = process.StandardOutput;
        using StreamReader errorReader = process.StandardError;
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        stop.CancelAfter(options.Timeout);
        try
        {
            Task<byte[]> error = ReadAsync(errorReader.BaseStream, stop.Token);
            Task<byte[]> output = ReadAsync(outputReader.BaseStream, stop.Token);
            await WriteAsync(process.StandardInput.BaseStream, configuration, stop.Token).ConfigureAwait(false);
            byte[] said = await output.ConfigureAwait(false);
            byte[] complained = await error.ConfigureAwait(false);
            await process.WaitForExitAsync(stop.Token).ConfigureAwait(false);
            return process.ExitCode == 0 ? Parse(said, failure, plugin) : throw Refused(process.ExitCode, said, complained, failure, plugin);
        }
        catch (Exception e) when (e is OperationCanceledException or InvalidDataException)
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync(CancellationToken.None).ConfigureAwait(false);
            cancellationToken.ThrowIfCancellationRequested();
            throw e is InvalidDataException
                ? Failed(failure, plugin, null, e.Message, e)
                : Failed(failure with { Hint = $"See what it waits for, or allow it more ({nameof(CniOptions)}.{nameof(CniOptions.Timeout)})." }, plugin, null, $"it did not end within {options.Timeout.TotalSeconds:0.#} s and was killed", e);
        }
    }

    private static Process Start(CniOptions options, string command, string program, CniAttachment attachment, ContainerFailure failure, string plugin)
    {
        string[] line = [.. options.Launcher, program];
        var start = new ProcessStartInfo(line[0], line[1..]) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        // Nothing of this process's own: plugins run as root, and some read variables.
        string path = start.Environment.TryGetValue("PATH", out string? own) && own is not null ? own : DefaultPath;
        start.Environment.Clear();
        start.Environment["PATH"] = path;
        start.Environment["CNI_COMMAND"] = command;
        start.Environment["CNI_CONTAINERID"] = attachment.ContainerId;
        start.Environment["CNI_NETNS"] = attachment.NetworkNamespace ?? "";
        start.Environment["CNI_IFNAME"] = attachment.InterfaceName;
        start.Environment["CNI_PATH"] = string.Join(':', options.PluginDirectories);
        start.Environment["CNI_ARGS"] = string.Join(';', attachment.Arguments.Select(pair => $"{pair.Key}={pair.Value}"));
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception e)
        {
            throw Failed(failure with { Path = program }, plugin, null, $"{program} cannot be started: {e.Message}", e);
        }
    }

    private static async Task WriteAsync(Stream input, byte[] configuration, CancellationToken cancellationToken)
    {
        try
        {
            await using (input.ConfigureAwait(false))
            {
                await input.WriteAsync(configuration, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (IOException)
        {
            // It ended without reading: its exit code and its words say why.
        }
    }

    private static async Task<byte[]> ReadAsync(Stream stream, CancellationToken cancellationToken)
    {
        using var content = new MemoryStream();
        var buffer = new byte[16 * 1024];
        int read;
        while ((read = await stream.ReadAsync(buffer, cancellationToken).ConfigureAwait(false)) > 0)
        {
            if (content.Length + read > MaxOutput)
            {
                throw new InvalidDataException($"it wrote more than {MaxOutput} bytes");
            }
            content.Write(buffer, 0, read);
        }
        return content.ToArray();
    }

    private static JsonNode? Parse(byte[] said, ContainerFailure failure, string plugin)
    {
        try
        {
            return said.AsSpan().Trim(" \n\r\t"u8).IsEmpty ? null : JsonNode.Parse(said);
        }
        catch (JsonException e)
        {
            throw Failed(failure, plugin, null, $"it wrote no JSON: {e.Message}", e);
        }
    }

    private static CniException Refused(int exitCode, byte[] said, byte[] complained, ContainerFailure failure, string plugin)
    {
        CniError? error = null;
        try
        {
            error = JsonSerializer.Deserialize(said, CniJsonContext.Default.CniError);
        }
        catch (JsonException)
        {
            // It did not get as far as the protocol; what it wrote is all there is.
        }
        string words = error?.Message is { Length: > 0 } message
            ? $"{message}{(error.Details is { Length: > 0 } details ? $" ({details})" : "")} [code {error.Code}]"
            : $"exit code {exitCode}: {Encoding.UTF8.GetString(said.Length > 0 ? said : complained).Trim()}";
        return Failed(failure with { Hint = error?.Code == 11 ? "Try again later." : null }, plugin, error, words);
    }

    private static CniException Failed(ContainerFailure failure, string plugin, CniError? error, string detail, Exception? inner = null)
    {
        string message = $"container {failure.ContainerId}: {failure.Step} failed: {detail}" + (failure.Hint is null ? "" : $". Hint: {failure.Hint}");
        return new CniException(message, failure, plugin, error, inner);
    }
}
