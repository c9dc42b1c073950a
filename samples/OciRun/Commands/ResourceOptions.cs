using System.Globalization;
using System.Numerics;
using System.Text.Json;
using Oci.Runtime.Linux.Spec;
using OciRun.CommandLine;

namespace OciRun.Commands;

/// <summary>The limits that the options of <c>update</c> name, or that its document has.</summary>
internal static class ResourceOptions
{
    private const int MaxSize = 1024 * 1024;

    public static async Task<LinuxResources> ReadAsync(OptionValues options)
    {
        if (options.NotEmpty(Options.Resources) is string path)
        {
            return Parse(path, await ReadAsync(path));
        }
        var memory = new LinuxMemory { Limit = Size(options, Options.Memory), Reservation = Size(options, Options.MemoryReservation), Swap = Size(options, Options.MemorySwap) };
        var cpu = new LinuxCpu
        {
            Shares = Number<ulong>(options, Options.CpuShare),
            Quota = Number<long>(options, Options.CpuQuota),
            Period = Number<ulong>(options, Options.CpuPeriod),
            RealtimeRuntime = Number<long>(options, Options.CpuRealtimeRuntime),
            RealtimePeriod = Number<ulong>(options, Options.CpuRealtimePeriod),
            Cpus = options.NotEmpty(Options.CpusetCpus),
            Mems = options.NotEmpty(Options.CpusetMems),
        };
        return new LinuxResources
        {
            Memory = memory == new LinuxMemory() ? null : memory,
            Cpu = cpu == new LinuxCpu() ? null : cpu,
            Pids = Number<long>(options, Options.PidsLimit) is long pids ? new LinuxPids { Limit = pids } : null,
            BlockIO = Number<ushort>(options, Options.BlkioWeight) is ushort weight ? new LinuxBlockIO { Weight = weight } : null,
        };
    }

    private static async Task<byte[]> ReadAsync(string path)
    {
        using Stream input = path is "-" ? Console.OpenStandardInput() : File.OpenRead(path);
        using var content = new MemoryStream();
        byte[] buffer = new byte[16 * 1024];
        int read;
        while ((read = await input.ReadAsync(buffer)) > 0)
        {
            if (content.Length + read > MaxSize)
            {
                throw new CommandException($"{path} has more than {MaxSize} bytes, the most that is read");
            }
            content.Write(buffer, 0, read);
        }
        return content.ToArray();
    }

    // As a member of a configuration, so that one reader knows the rules.
    private static LinuxResources Parse(string path, byte[] resources)
    {
        using var buffer = new MemoryStream();
        try
        {
            using var json = new Utf8JsonWriter(buffer);
            json.WriteStartObject();
            json.WriteString("ociVersion", RuntimeSpec.CurrentVersion);
            json.WriteStartObject("linux");
            json.WritePropertyName("resources");
            json.WriteRawValue(resources);
            json.WriteEndObject();
            json.WriteEndObject();
        }
        catch (JsonException e)
        {
            throw new CommandException($"{path} is not JSON: {e.Message}");
        }
        return RuntimeSpec.Parse(buffer.ToArray()).Linux?.Resources ?? new LinuxResources();
    }

    private static T? Number<T>(OptionValues options, Option option)
        where T : struct, INumber<T> =>
        options.NotEmpty(option) is not string text ? null
        : T.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out T number) ? number
        : throw new CommandException($"invalid value for {option.Name}: '{text}' is no number of its range");

    /// <summary>Bytes, with k, m, g, t or p for powers of 1024.</summary>
    private static long? Size(OptionValues options, Option option)
    {
        if (options.NotEmpty(option) is not string text)
        {
            return null;
        }
        if (text is "-1")
        {
            return -1;
        }
        ReadOnlySpan<char> digits = text.AsSpan().TrimEnd("bBiI");
        int power = digits.Length > 1 ? "kmgtp".IndexOf(char.ToLowerInvariant(digits[^1])) + 1 : 0;
        digits = power > 0 ? digits[..^1].TrimEnd() : digits;
        return long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out long number) && number <= long.MaxValue >> (10 * power)
            ? number << (10 * power)
            : throw new CommandException($"invalid value for {option.Name}: invalid size: '{text}'");
    }
}
