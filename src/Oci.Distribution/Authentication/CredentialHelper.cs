using System.ComponentModel;
using System.Diagnostics;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Oci.Distribution.Authentication;

/// <summary>Runs <c>docker-credential-NAME</c> with <c>get</c>, <c>store</c>, <c>erase</c> and <c>list</c>, by the protocol of docker-credential-helpers.</summary>
internal static class CredentialHelper
{
    /// <summary>A helper says by this name that its secret is an identity token.</summary>
    public const string TokenUser = "<token>";

    private const int MaxAnswerLength = 64 * 1024;
    private const string NotFound = "credentials not found in native keychain";

    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);

    /// <summary>The credential of a server; <see langword="null"/> where the helper has none.</summary>
    public static async Task<RegistryCredential?> GetAsync(string name, string serverUrl, CancellationToken cancellationToken)
    {
        string program = GetProgram(name);
        if (await RunAsync(program, "get", serverUrl, $"Run 'echo {serverUrl} | {program} get' to see why.", cancellationToken).ConfigureAwait(false) is not string output)
        {
            return null;
        }
        CredentialHelperAnswer? answer = Read(output, program, DistributionJsonContext.Default.CredentialHelperAnswer);
        if (string.IsNullOrEmpty(answer?.Secret))
        {
            return null;
        }
        if (answer.Username?.Contains(':') == true)
        {
            throw new RegistryAuthenticationException($"The credential helper {program} gave a user name with a colon, which Basic authentication cannot carry (RFC 7617).");
        }
        return answer.Username == TokenUser
            ? RegistryCredential.FromIdentityToken(answer.Secret, program)
            : RegistryCredential.FromPassword(answer.Username ?? "", answer.Secret, program);
    }

    /// <summary>Keeps a credential, in the place of one that is there.</summary>
    public static Task StoreAsync(string name, string serverUrl, RegistryCredential credential, CancellationToken cancellationToken)
    {
        var request = new CredentialHelperRequest
        {
            ServerUrl = serverUrl,
            Username = credential.IdentityToken is null ? credential.Username : TokenUser,
            Secret = credential.IdentityToken ?? credential.Password,
        };
        string input = JsonSerializer.Serialize(request, DistributionJsonContext.Default.CredentialHelperRequest);
        return RunAsync(GetProgram(name), "store", input, "Its keychain may be locked, or not set up.", cancellationToken);
    }

    /// <summary>Forgets a credential; false where there was none.</summary>
    public static async Task<bool> EraseAsync(string name, string serverUrl, CancellationToken cancellationToken)
    {
        // Some helpers erase what is not there without a word.
        if (await GetAsync(name, serverUrl, cancellationToken).ConfigureAwait(false) is null)
        {
            return false;
        }
        string program = GetProgram(name);
        return await RunAsync(program, "erase", serverUrl, $"Run 'echo {serverUrl} | {program} erase' to see why.", cancellationToken).ConfigureAwait(false) is not null;
    }

    /// <summary>The servers whose credentials are kept, with their users.</summary>
    public static async Task<IReadOnlyDictionary<string, string>> ListAsync(string name, CancellationToken cancellationToken)
    {
        string program = GetProgram(name);
        string? output = await RunAsync(program, "list", "", $"Run '{program} list' to see why.", cancellationToken).ConfigureAwait(false);
        return output is null ? new Dictionary<string, string>() : Read(output, program, DistributionJsonContext.Default.DictionaryStringString) ?? [];
    }

    private static string GetProgram(string name)
    {
        if (name.Length > 100 || name.Any(c => !char.IsAsciiLetterOrDigit(c) && c is not ('-' or '_' or '.')))
        {
            throw new RegistryAuthenticationException("A credential helper is named that has no name of a program.", hint: "Mend credsStore and credHelpers in the config file.");
        }
        return $"docker-credential-{name}";
    }

    private static T? Read<T>(string output, string program, JsonTypeInfo<T> type)
    {
        try
        {
            return JsonSerializer.Deserialize(output, type);
        }
        catch (JsonException)
        {
            // The exception's own text may quote the secret.
            throw new RegistryAuthenticationException($"The credential helper {program} answered with something that is not the JSON it must be.");
        }
    }

    // What it printed; null where it says that there is no such credential.
    private static async Task<string?> RunAsync(string program, string action, string input, string hint, CancellationToken cancellationToken)
    {
        (int exitCode, string output) = await RunAsync(program, action, input, cancellationToken).ConfigureAwait(false);
        return exitCode == 0 ? output
            : output.Contains(NotFound, StringComparison.Ordinal) ? null
            : throw new RegistryAuthenticationException($"The credential helper {program} failed to {action}, with exit code {exitCode}.", hint: hint);
    }

    private static async Task<(int ExitCode, string Output)> RunAsync(string program, string action, string input, CancellationToken cancellationToken)
    {
        using var timer = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timer.CancelAfter(Timeout);
        using Process process = Start(program, action);
        try
        {
            // Nobody wants what it says there, but a full pipe would stop it.
            Task drained = process.StandardError.BaseStream.CopyToAsync(Stream.Null, timer.Token);
            await WriteAsync(process.StandardInput, input, timer.Token).ConfigureAwait(false);
            string output = await ReadAsync(process.StandardOutput.BaseStream, program, timer.Token).ConfigureAwait(false);
            await process.WaitForExitAsync(timer.Token).ConfigureAwait(false);
            await drained.ConfigureAwait(false);
            return (process.ExitCode, output);
        }
        catch (Exception e)
        {
            Kill(process);
            cancellationToken.ThrowIfCancellationRequested();
            if (e is OperationCanceledException)
            {
                throw new RegistryAuthenticationException($"The credential helper {program} did not end within {Timeout.TotalSeconds:0.#} seconds.");
            }
            if (e is IOException)
            {
                throw new RegistryAuthenticationException($"The credential helper {program} broke off: {e.Message}", innerException: e);
            }
            throw;
        }
    }

    private static Process Start(string program, string action)
    {
        try
        {
            return Process.Start(new ProcessStartInfo(program, action)
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                UseShellExecute = false,
                CreateNoWindow = true,
            })!;
        }
        catch (Win32Exception e)
        {
            throw new RegistryAuthenticationException($"The credential helper {program} could not be started: {e.Message}", hint: "Install it, or change credsStore and credHelpers in the config file.", innerException: e);
        }
    }

    private static async Task WriteAsync(StreamWriter standardInput, string input, CancellationToken cancellationToken)
    {
        try
        {
            await standardInput.WriteAsync(input.AsMemory(), cancellationToken).ConfigureAwait(false);
            standardInput.Close();
        }
        catch (IOException)
        {
            // It reads no more: what it printed, and its exit code, tell whether that is well.
        }
    }

    private static async Task<string> ReadAsync(Stream output, string program, CancellationToken cancellationToken)
    {
        var buffer = new byte[MaxAnswerLength + 1];
        int length = await output.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
        return length <= MaxAnswerLength
            ? Encoding.UTF8.GetString(buffer, 0, length)
            : throw new RegistryAuthenticationException($"The credential helper {program} answered more than {MaxAnswerLength} bytes.");
    }

    private static void Kill(Process process)
    {
        try
        {
            process.Kill(entireProcessTree: true);
        }
        catch (Exception e) when (e is InvalidOperationException or Win32Exception or AggregateException)
        {
            // It has ended by itself, or a child of it is another user's; what failed before is what is to be told.
        }
    }
}
